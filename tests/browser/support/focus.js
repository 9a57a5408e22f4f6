import assert from "node:assert/strict"
import { eventually } from "../../clients/support/waiting.js"

/** Waits until the keyboard's place is there. */
export function isFocused(locator) {
  return eventually(async () => assert.ok(await locator.evaluate((element) => element === document.activeElement), `not at ${locator}`))
}
