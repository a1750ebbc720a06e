// What the pages do beyond HTML and htmx: keys, the picture beside the fields, and typing that no lost connection takes away.
import { installKeys } from "./keys.js";
import { installLines, openSheet } from "./lines.js";
import { installConnection } from "./connection.js";

installKeys();
installConnection();
installLines();

const sheet = document.getElementById("sheet");
if (sheet) openSheet(sheet);
