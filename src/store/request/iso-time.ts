/** An instant as OSS writes it in its documents: the milliseconds are there, and always zero. oss2 reads no others. */
export function isoTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)}.000Z`
}
