/** The page to its worker: whose CRC-64 it wants. */
export interface SumQuestion {
  readonly id: number
  readonly file: Blob
}

/** The worker's answer: a decimal number, or nothing where the file can't be read. */
export interface SumAnswer {
  readonly id: number
  readonly crc64: string | undefined
}
