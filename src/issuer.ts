/** The door `postern/issuer`: write upload forms. */
export type { Authorize, Caller } from './issuer/authorize.ts'
export { createIssuer, type IssuerOptions } from './issuer/create-issuer.ts'
export type { Storage } from './issuer/grant.ts'
export type { Handler, OnError } from './issuer/handler.ts'
export { type Page, type PageAsk, readPage } from './issuer/page.ts'
export { createPresetIssuer, PRESETS, type Preset, type PresetName, type PresetOptions } from './issuer/presets.ts'
export type { Route } from './issuer/route.ts'
export type { AnswerShape } from './issuer/signature-answer.ts'
