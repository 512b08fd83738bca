import { element, text } from '../../base/xml.ts'

/** Who owns something, by access key id: the store has one account, and no names of people. */
export function ownerXml(owner: string): string {
  return element('Owner', element('ID', text(owner)), element('DisplayName', text(owner)))
}
