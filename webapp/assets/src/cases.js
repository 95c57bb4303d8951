// The list of cases: all of a page ticked at once, as in the inbox.

import { countSelected } from "./parts/selecting.js";

countSelected(document);
