/** Whether the browser has notifications at all: pages without TLS have none. */
export function canNotify() {
  return "Notification" in globalThis
}

/** Whether the browser lets this page show them. */
export function mayNotify() {
  return canNotify() && Notification.permission === "granted"
}

/** Whether the browser would ask now; who has refused once is not asked again. */
export function canAskToNotify() {
  return canNotify() && Notification.permission === "default"
}

/** @returns {Promise<boolean>} whether the page may show them */
export async function askForNotifications() {
  return (await Notification.requestPermission()) === "granted"
}
