/** The part of the package's interface that is used here. */
declare module 'negotiator' {
  export class Negotiator {
    constructor(request: { headers: { accept: string } });
    /** @returns the one that the client prefers, undefined when it accepts none of them */
    mediaType(available: string[]): string | undefined;
  }
}
