// Every page: the GOV.UK components that the page uses, worded in the page's language.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, createAll
} from 'govuk-frontend'
import { countDown } from './parts/counting.js'
import { keepWhatIsTyped } from './parts/keeping.js'
import { closeMenus } from './parts/menus.js'
import { TURNED } from './parts/turning.js'
import { french } from './words/govuk-fr.js'

const inFrench = document.documentElement.lang === 'fr'
const worded = component => (inFrench ? { i18n: french[component] } : {})

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')

function equip (scope) {
  createAll(Button, { preventDoubleClick: true }, scope)
  createAll(CharacterCount, worded('characterCount'), scope)
  createAll(Checkboxes, undefined, scope)
  createAll(ErrorSummary, undefined, scope)
  createAll(FileUpload, worded('fileUpload'), scope)
  createAll(NotificationBanner, { disableAutoFocus: true }, scope)
  createAll(PasswordInput, worded('passwordInput'), scope)
  createAll(Radios, undefined, scope)
}

equip(document)
createAll(ServiceNavigation)
document.addEventListener(TURNED, () => equip(document.querySelector('.am-page')))
closeMenus()
keepWhatIsTyped()
countDown()

// Tests and keyboard code wait for this mark.
document.documentElement.dataset.ready = 'yes'

// A list that was kept on this device for the door of an event goes with whoever signs out.
document.querySelector('form[action$="/sign-out"]')?.addEventListener('submit', () => globalThis.caches?.delete('door'))
