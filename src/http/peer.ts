/** Who is at the other end of a connection. */
export interface Peer {
  /** An IP address; absent where it is not known. */
  readonly address?: string | undefined
}
