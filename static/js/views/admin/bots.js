import { Form } from "../form.js"
import { openSecret } from "../link_dialog.js"
import { PagedList } from "../paged_list.js"
import { createRow } from "../row.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/** Programs that take part. */
export function showBots(element, page) {
  const { api, clock } = page
  const form = new Form(find("form", element), async ({ name }) => {
    const { user, token } = await api.post("/bots", { name: name.trim() })
    form.fill({ name: "" })
    openSecret(token, { title: user.name, note: t("bots.note"), page })
    list.refresh()
  })
  const list = new PagedList(find("[data-list]", element), {
    clock,
    empty: t("bots.none"),
    load: async ({ after }) => {
      const { accounts, more } = await api.get("/accounts", { role: "bot", after })
      const bots = accounts.filter(({ role }) => role === "bot")
      return { items: bots, after: more ? accounts.at(-1)?.id : undefined }
    },
    draw: (bot) => createRow({
      face: bot,
      title: bot.name,
      actions: [{ label: t("bots.renew"), of: t("bots.renew_for", { name: bot.name }), onPress: () => renew(bot) }],
    }),
  })

  async function renew(bot) {
    await list.act(async () => {
      const { token } = await api.post(`/bots/${encodeURIComponent(bot.id)}/token`)
      openSecret(token, { title: bot.name, note: t("bots.renewed_note"), page })
    })
  }
}
