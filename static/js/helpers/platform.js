/** Whether the keyboard is one of a Mac, whose command key does what Ctrl does elsewhere. */
export function isMac() {
  return /^(Mac|iP)/.test(navigator.platform)
}
