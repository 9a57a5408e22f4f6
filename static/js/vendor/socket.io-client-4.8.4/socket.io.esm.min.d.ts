// What the page uses of the library, which brings no types in one file.
export function io(options: object): any
