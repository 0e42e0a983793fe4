/** The headers of a request, with names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;
