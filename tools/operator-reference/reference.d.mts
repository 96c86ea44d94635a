/** The reference of the operators, up to date. */
export function createReference(): Promise<{ url: URL; text: string }>;
