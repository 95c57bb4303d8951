// Every page: the GOV.UK components that the page uses, worded in the page's language.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, FileUpload, NotificationBanner, PasswordInput, Radios,
  ServiceNavigation, createAll
} from 'govuk-frontend'
import { closeMenus } from './parts/menus.js'
import { french } from './words/govuk-fr.js'

const inFrench = document.documentElement.lang === 'fr'
const worded = component => (inFrench ? { i18n: french[component] } : {})

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')

createAll(Button, { preventDoubleClick: true })
createAll(CharacterCount, worded('characterCount'))
createAll(Checkboxes)
createAll(ErrorSummary)
createAll(FileUpload, worded('fileUpload'))
createAll(NotificationBanner, { disableAutoFocus: true })
createAll(PasswordInput, worded('passwordInput'))
createAll(Radios)
createAll(ServiceNavigation)
closeMenus()

// Tests and keyboard code wait for this mark.
document.documentElement.dataset.ready = 'yes'
