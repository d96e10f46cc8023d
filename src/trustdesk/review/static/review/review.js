// The review page, one file per concern; how to hang another on the fragment stands in shown.js.
import "./ahead.js";
import "./sending.js";
import "./undo.js";
import "./heartbeat.js";
import "./faces.js";
import "./guide.js";
import "./reject.js";
import "./escalate.js";
import "./told.js";
import "./thing.js";
import "./film.js";
import "./labels.js";
import "./edit.js";
