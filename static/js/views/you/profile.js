import { showAvatar } from "../avatar.js"
import { Form } from "../form.js"
import { find } from "../../helpers/dom.js"
import { t } from "../../i18n/language.js"

/** Name, words about oneself, and a picture. */
export function showProfile(element, { api, chat, toast }) {
  let isAboutKnown = chat.me.about !== undefined
  const form = new Form(find("[data-profile]", element), async ({ name, about }) => {
    // Words that are not here yet are not to be lost.
    const words = isAboutKnown || about ? about.trim() : undefined
    chat.becomeSomebody(await api.patch("/me", { name: name.trim(), about: words }))
    toast.say(t("common.saved"))
  })
  form.fill({ about: "", ...chat.me })
  readAbout()

  const file = find("[data-file]", element)
  const remove = find("[data-remove]", element)
  file.addEventListener("change", async () => {
    if (file.files[0]) await changePicture(() => api.upload("/me/avatar", file.files[0]))
    file.value = ""
  })
  remove.addEventListener("click", () => changePicture(() => api.delete("/me/avatar")))
  showPicture()

  /** `welcome` may leave it out. */
  async function readAbout() {
    if (isAboutKnown) return
    const answer = await api.get("/session").catch(() => null)
    const { about } = find("[data-profile]", element).elements
    if (answer?.user.about && !about.value) about.value = answer.user.about
    isAboutKnown = answer !== null
  }

  async function changePicture(act) {
    const error = find("[data-picture-error]", element)
    error.textContent = ""
    try {
      chat.becomeSomebody(await act())
      showPicture()
    } catch (problem) {
      error.textContent = problem.message
    }
  }

  function showPicture() {
    showAvatar(find(".picture__avatar", element), chat.me)
    const wasAtRemove = document.activeElement === remove
    remove.hidden = !chat.me.avatar
    if (wasAtRemove && remove.hidden) file.focus()
  }
}
