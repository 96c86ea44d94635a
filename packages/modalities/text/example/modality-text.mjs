/** A text is given as it is. */
export const decode = (source) => String(source);
