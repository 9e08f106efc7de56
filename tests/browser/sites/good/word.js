export const word = "Ran"
