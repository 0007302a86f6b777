// Every page works without this file where a form suffices; what stands here makes it quicker and safer.
import { watchDates } from "./dates.js";
import { showErrors } from "./errors.js";
import { watchMenus } from "./menus.js";
import { watchDesk } from "./desk.js";
import { forgetOnLeaving } from "./forget.js";
import { foldNavigation } from "./nav.js";
import { watchKeys } from "./keys.js";
import { reloadWhileAtWork } from "./reload.js";
import { offerPrinting } from "./print.js";
import { submitOnce } from "./submit-once.js";
import { guardChanges } from "./unsaved.js";

document.documentElement.classList.add("has-script");
showErrors(document);
submitOnce();
guardChanges();
watchDates();
watchMenus();
foldNavigation();
watchKeys();
watchDesk();
reloadWhileAtWork();
offerPrinting();
forgetOnLeaving();
