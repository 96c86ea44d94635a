/** The workspace's own versions of packages that plugins import; a package elsewhere asks for compatible ones. */
export declare const versions: Readonly<Record<string, string>>;
