/** Short, so that who was cut off without being told finds out soon. The server is told so too. */
export const PING_INTERVAL_MS = 2_000
export const PING_TIMEOUT_MS = 2_000
