/** In which everybody is from the start. */
export const LOBBY = "lobby"

/** Those that nobody is in before they join. */
export const OTHER_ROOMS = ["news", "garden", "attic"]

export const ROOMS = [LOBBY, ...OTHER_ROOMS]
