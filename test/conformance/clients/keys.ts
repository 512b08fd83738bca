/** Keys that a client or a store may get wrong. */
export const KEYS: readonly string[] = [
  'plain.txt',
  '照片/猫 😀.png',
  'dir/a b+c&d=e.txt',
  "it's (1)!*;,@$~.txt",
  '100%/%41%2F%25.txt',
  'what?#hash[1]{2}|^`.txt',
  'a//b/.txt',
  'a/../b..c/./..d.txt',
  'photos/like-the-bucket.txt',
  '<a href="x">&amp;.txt',
]

/** Whether `new URL` makes another path of this key. @see https://url.spec.whatwg.org/#path-state */
export function hasDotSegment(key: string): boolean {
  return key.split('/').some((segment) => segment === '.' || segment === '..')
}

/** Where the keys of the listings begin. */
export const LIST_PREFIX = 'list/'
const FOLDERS = ['照片', 'with space', 'a+b', '100%', '%2F', '..', 'x..y', '.', "it's <&>", '😀', 'Ünï', 'z']

/** 2,500 keys: 2,400 in 48 folders, 100 directly below the prefix. */
export const LISTED: readonly string[] = [
  ...Array.from({ length: 48 }, (_, folder) =>
    Array.from({ length: 50 }, (_, file) => `${folderName(folder)}/${fileName(file)}`),
  ),
  ...Array.from({ length: 100 }, (_, file) => fileName(file)),
]
  .flat()
  .map((name) => LIST_PREFIX + name)

function folderName(folder: number): string {
  const name = FOLDERS[folder % FOLDERS.length] ?? ''
  return folder < FOLDERS.length ? name : `${name}${folder}`
}

function fileName(file: number): string {
  return `${FOLDERS[file % FOLDERS.length]}-${file}.txt`
}

/** In the order of their bytes in UTF-8, as the store lists. */
export function inByteOrder(keys: Iterable<string>): string[] {
  return [...keys].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
}
