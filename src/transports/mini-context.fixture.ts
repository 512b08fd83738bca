import { createContext, Script } from 'node:vm'
import { build } from 'esbuild'
import type { createUploader } from '../client/create-uploader.ts'
import type { requestSignature } from '../vendor/request-signature.ts'
import type { alipayTransport } from './alipay.ts'
import type { miniProgramTransport } from './mini-program.ts'

/** What an app of a mini-program imports of us. */
export interface OurDoors {
  readonly createUploader: typeof createUploader
  readonly miniProgramTransport: typeof miniProgramTransport
  readonly alipayTransport: typeof alipayTransport
  readonly requestSignature: typeof requestSignature
}

const CODE = `
export { createUploader } from './client.ts'
export { miniProgramTransport, alipayTransport } from './transports.ts'
export { requestSignature } from './vendor.ts'
`

/**
 * The names that the compiler of WeChat's tools puts in front of every module as parameters, so that they are `undefined`
 * even where the machine below has them, and no polyfill on `globalThis` is seen.
 */
const HIDDEN =
  'window,document,frames,self,location,navigator,localStorage,history,Caches,screen,alert,confirm,prompt,fetch,XMLHttpRequest,WebSocket,webkit,WeixinJSCore,Reporter,print,WeixinJSBridge'

let script: Promise<Script> | undefined

/** Loads our doors where there is only ECMAScript and what a mini-program adds: timers, `console`, and its own object. */
export async function loadDoors(): Promise<OurDoors> {
  script ??= compile()
  const context = createContext({ console, setTimeout, clearTimeout, setInterval, clearInterval })
  const define: (module: { exports: object }) => OurDoors = (await script).runInContext(context)
  return define({ exports: {} })
}

async function compile(): Promise<Script> {
  const { outputFiles } = await build({
    stdin: { contents: CODE, resolveDir: 'src', loader: 'ts' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'neutral',
    target: 'es2022',
  })
  const code = outputFiles.map(({ text }) => text).join('')
  return new Script(
    `(module => ((require, module, exports, ${HIDDEN}) => {${code}; return module.exports})(undefined, module, module.exports))`,
  )
}
