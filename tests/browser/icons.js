// Makes the pictures of the installed app from the mark: `npm run icons`.

import { readFile, writeFile } from "node:fs/promises"
import { launchBrowser } from "./support/browser.js"

const STATIC = new URL("../../static/", import.meta.url)
const PAPER = "#f4f1ec"
// A system may cut a maskable icon to any shape that has the middle four fifths.
const ICONS = [
  { file: "icon-192.png", size: 192, mark: 0.9 },
  { file: "icon-512.png", size: 512, mark: 0.9 },
  { file: "icon-maskable-192.png", size: 192, mark: 0.6, paper: PAPER },
  { file: "icon-maskable-512.png", size: 512, mark: 0.6, paper: PAPER },
  { file: "icon-apple.png", size: 180, mark: 0.7, paper: PAPER },
]

const mark = await readFile(new URL("favicon.svg", STATIC), "base64")
const browser = await launchBrowser()
try {
  const page = await browser.newPage()
  for (const { file, size, mark: share, paper = "transparent" } of ICONS) {
    await page.setViewportSize({ width: size, height: size })
    await page.setContent(`
      <body style="margin: 0; display: grid; place-items: center; block-size: ${size}px; background: ${paper}">
        <img src="data:image/svg+xml;base64,${mark}" width="${size * share}" height="${size * share}">
      </body>
    `)
    await writeFile(new URL(`icons/${file}`, STATIC), await page.screenshot({ omitBackground: true }))
  }
} finally {
  await browser.close()
}
