/**
 * Door `postern/transports`: how mini-programs and React Native send.
 *
 * @module
 */
export { type AlipayMiniProgram, alipayTransport } from './transports/alipay.ts'
export type { LocalFile } from './transports/local-file.ts'
export { type MiniProgram, miniProgramTransport } from './transports/mini-program.ts'
export { type NativeFile, reactNativeTransport } from './transports/react-native.ts'
