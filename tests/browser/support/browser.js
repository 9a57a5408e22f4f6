import { chromium } from "playwright-core"
import { PATIENCE_MS } from "../../clients/support/waiting.js"

const PROGRAM = process.env.CHROMIUM_BIN ?? "/usr/bin/chromium"
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** Starts Chromium with an empty profile. */
export function launchBrowser() {
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS, timeout: PATIENCE_MS })
}
