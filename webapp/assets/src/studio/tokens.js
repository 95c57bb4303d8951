// The simulation as this page has it: its engine and its buttons, with the record and the notices of the page instead of its own.

import AnimationModule from "bpmn-js-token-simulation/lib/animation";
import ContextPadsModule from "bpmn-js-token-simulation/lib/features/context-pads";
import ElementSupportModule from "bpmn-js-token-simulation/lib/features/element-support";
import ExclusiveGatewaySettingsModule from "bpmn-js-token-simulation/lib/features/exclusive-gateway-settings";
import InclusiveGatewaySettingsModule from "bpmn-js-token-simulation/lib/features/inclusive-gateway-settings";
import NeutralElementColors from "bpmn-js-token-simulation/lib/features/neutral-element-colors";
import PaletteModule from "bpmn-js-token-simulation/lib/features/palette";
import PauseSimulationModule from "bpmn-js-token-simulation/lib/features/pause-simulation";
import ResetSimulationModule from "bpmn-js-token-simulation/lib/features/reset-simulation";
import SetAnimationSpeedModule from "bpmn-js-token-simulation/lib/features/set-animation-speed";
import ShowScopesModule from "bpmn-js-token-simulation/lib/features/show-scopes";
import SimulationStateModule from "bpmn-js-token-simulation/lib/features/simulation-state";
import ElementNotifications from "bpmn-js-token-simulation/lib/features/element-notifications/ElementNotifications";
import TokenCountModule from "bpmn-js-token-simulation/lib/features/token-count";
import ToggleModeModule from "bpmn-js-token-simulation/lib/features/toggle-mode/viewer";
import SimulatorModule from "bpmn-js-token-simulation/lib/simulator";
import { SCOPE_CREATE_EVENT } from "bpmn-js-token-simulation/lib/util/EventHelper";

const COLOURS = ["#17525c", "#8a3b12", "#5a2a6b", "#1d5f2e", "#2b4c8c", "#7a1f3d"]; // white on each is read by everyone
const BEFORE_OTHERS = 1500;

// Every case its colour, in turn: the library draws them by lot, pale ones among them.
class Colours {
  constructor(eventBus) {
    let next = 0;
    eventBus.on(SCOPE_CREATE_EVENT, BEFORE_OTHERS, ({ scope }) => {
      scope.colors = scope.parent?.colors ?? { primary: COLOURS[next++ % COLOURS.length], auxiliary: "#ffffff" };
    });
  }
}
Colours.$inject = ["eventBus"];

export function simulation(words) {
  class Notes extends ElementNotifications {
    addElementNotification(element, note) {
      super.addElementNotification(element, { ...note, text: words[note.text] ?? note.text });
    }
  }
  Notes.$inject = ElementNotifications.$inject;
  return {
    __depends__: [
      SimulatorModule, AnimationModule, ContextPadsModule, SimulationStateModule, ShowScopesModule, ElementSupportModule,
      PauseSimulationModule, ResetSimulationModule, TokenCountModule, SetAnimationSpeedModule,
      ExclusiveGatewaySettingsModule, NeutralElementColors, InclusiveGatewaySettingsModule, PaletteModule, ToggleModeModule,
    ],
    __init__: ["coloredScopes"],
    coloredScopes: ["type", Colours],
    elementNotifications: ["type", Notes],
    notifications: ["value", { showNotification() {} }], // the list below the diagram says what happened
  };
}
