// The page under test with the inspector beside it.
import './plugin_page.mjs';
import { openInspector } from '@oncue/browser-plugin/inspector';

window.openInspector = openInspector;
