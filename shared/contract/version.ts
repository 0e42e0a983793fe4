/** Version of the HTTP contract; raised with what is added to it. */
export const contractVersion = '1.0.0';
