/** The files of the reference, up to date. */
export function createReference(): Promise<{ url: URL; text: string }[]>;
