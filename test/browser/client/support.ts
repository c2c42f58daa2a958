/** What a page of the test offers, whatever library is behind it. */
export interface Adapter {
  login(username: string, password: string): Promise<unknown>;
  query(document: string): Promise<unknown>;
  mutate(document: string, variables: object): Promise<{ data: unknown; keys: string[] }>;
}

declare global {
  var adapter: Adapter;
  var tab: Tab;
}

/** A tab with a client. */
export interface Tab {
  /** The reasons of the ends that the client has told. */
  ends: Array<string | undefined>;
  login(username: string, password: string): Promise<unknown>;
  logout(): Promise<void>;
  query(): Promise<unknown>;
  /** The tokens are the same in each tab, in a store of its own, and expire now. */
  agePerTab(): void;
  /** The tokens in the store that all tabs see expire now. */
  ageShared(): void;
}
