/** What may happen, as the command line and the counts call it. */
export const FAULTS = ["kill", "sigterm", "pause", "cut", "freeze", "retry", "full", "lock", "clock"]
