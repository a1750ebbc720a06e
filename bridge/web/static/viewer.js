// The picture of a page: zoom, pan and turn by OpenSeadragon; the place of a value framed; words to click, boxes to draw.
const pictures = new Map(); // address -> promise of an address in memory
const words = new Map();
const state = { viewer: null, base: "", pages: [], page: 0, box: null, isDrawing: false, start: null, take: () => {}, seen: () => {} };

const address = (page) => `${state.base}/${page}.png`;

// A page is fetched once and kept in memory: what people's faxes look like is never written to this computer's disk.
export function preload(url) {
  if (!pictures.has(url)) {
    const loading = fetch(url, { cache: "no-store" }).then((answer) => {
      if (!answer.ok) throw new Error(`picture: ${answer.status}`);
      return answer.blob();
    }).then((blob) => URL.createObjectURL(blob));
    loading.catch(() => pictures.delete(url)); // the next time it is asked for again
    pictures.set(url, loading);
    for (const old of [...pictures.keys()].slice(0, -12)) {
      pictures.get(old).then((memory) => URL.revokeObjectURL(memory)).catch(() => {});
      pictures.delete(old);
    }
  }
  return pictures.get(url);
}

export function pointAt(take) { state.take = take; }

export function openViewer(sheet, seen) {
  const isSameFax = state.base === sheet.dataset.pictures;
  state.base = sheet.dataset.pictures;
  state.pages = sheet.dataset.pages.split(",").filter(Boolean).map(Number);
  state.viewer ??= createViewer();
  if (isSameFax) { seen(); return; }
  state.viewer.close(); // the picture of the fax before must not stand beside the fields of this one
  state.page = 0;
  state.box = null;
  state.seen = seen;
  showPage(Number(sheet.dataset.first));
}

// OpenSeadragon would add a style sheet of its own to the page, which the page's policy refuses; it looks for this first.
function forgoStyleSheet() {
  const style = document.createElementNS("urn:fax-bridge:none", "style"); // by name only: it styles nothing
  style.setAttribute("data-openseadragon-mobile-css", "true");
  document.head.append(style);
}

function createViewer() {
  forgoStyleSheet();
  const viewer = OpenSeadragon({
    id: "viewer", drawer: "canvas", showNavigationControl: false, animationTime: 0.25, maxZoomPixelRatio: 6, minZoomImageRatio: 0.8,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true }, visibilityRatio: 0.4,
    imageSmoothingEnabled: true, tabIndex: -1,
  });
  viewer.innerTracker.keyHandler = null;
  viewer.innerTracker.keyDownHandler = null;
  viewer.addHandler("open", () => { document.getElementById("viewer").dataset.shown = `${state.base}/${state.page}`; state.seen(); frame(); });
  viewer.addHandler("canvas-click", click);
  viewer.addHandler("canvas-press", (event) => { state.start = fraction(event.position); });
  viewer.addHandler("canvas-drag", (event) => { if (state.isDrawing) { event.preventDefaultAction = true; drawTo(fraction(event.position)); } });
  viewer.addHandler("canvas-release", (event) => { if (state.isDrawing) drawn(fraction(event.position)); });
  document.querySelector(".viewer__bar").addEventListener("click", (event) => bar(event.target.closest("[data-view]")));
  return viewer;
}

async function showPage(page) {
  if (!state.pages.includes(page) || page === state.page) return;
  state.page = page;
  document.getElementById("page-number").textContent = `${state.pages.indexOf(page) + 1} / ${state.pages.length}`;
  const wanted = address(page);
  try {
    const memory = await preload(wanted);
    if (wanted === address(state.page)) state.viewer.open({ type: "image", url: memory });
  } catch {
    if (wanted !== address(state.page)) return;
    document.getElementById("notice").textContent = document.body.dataset.noPicture;
    state.seen(); // a page without a picture can be decided too: by its fields, or from paper
  }
}

export function showPlace(page, box) {
  state.box = box ? box.split(",").map(Number) : null;
  if (page && Number(page) !== state.page) showPage(Number(page));
  else frame();
}

function rectangle([left, top, right, bottom]) {
  const item = state.viewer.world.getItemAt(0);
  const size = item.getContentSize();
  return item.imageToViewportRectangle(left * size.x, top * size.y, (right - left) * size.x, (bottom - top) * size.y);
}

function overlay(name, box) {
  state.viewer.removeOverlay(name);
  if (!box) return;
  const element = document.createElement("div");
  element.id = name;
  element.className = name;
  state.viewer.addOverlay({ element, location: rectangle(box) });
}

// A person reads the value together with its label, which mostly stands left of it, and its neighbours.
function frame() {
  if (!state.viewer?.world.getItemCount()) return;
  overlay("drawn", null);
  overlay("frame", state.box && widened(state.box, 0.004));
  if (!state.box) return;
  const [left, top, right, bottom] = state.box;
  const width = Math.min(1, Math.max(0.6, right - left + 0.3));
  const from = Math.max(0, Math.min(Math.max(left - 0.28, right + 0.02 - width), 1 - width));
  state.viewer.viewport.fitBounds(rectangle([from, top - 0.06, Math.min(1, from + width), bottom + 0.06]), false);
}

const widened = ([left, top, right, bottom], by) => [left - by, top - by, right + by, bottom + by];

function fraction(position) {
  const item = state.viewer.world.getItemAt(0);
  if (!item) return null;
  const point = item.viewportToImageCoordinates(state.viewer.viewport.pointFromPixel(position));
  const size = item.getContentSize();
  return [point.x / size.x, point.y / size.y];
}

async function wordsOf(page) {
  const url = `${state.base}/${page}.json`;
  if (!words.has(url)) words.set(url, fetch(url).then((answer) => (answer.ok ? answer.json() : [])));
  return words.get(url);
}

async function click(event) {
  if (!event.quick || state.isDrawing) return;
  const point = fraction(event.position);
  const page = state.page;
  const found = (await wordsOf(page)).find(([, left, top, right, bottom]) => point[0] >= left && point[0] <= right && point[1] >= top && point[1] <= bottom);
  if (found) state.take(found[0], page, found.slice(1));
}

const span = (a, b) => [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];

function drawTo(point) { if (state.start) overlay("drawn", span(state.start, point)); }

async function drawn(point) {
  if (!state.start || !point) return;
  const box = span(state.start, point);
  const page = state.page;
  state.start = null;
  if (box[2] - box[0] < 0.005) return;
  const inside = (await wordsOf(page)).filter(([, left, top, right, bottom]) => {
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3];
  });
  setDrawing(false);
  state.take(inside.map(([text]) => text).join(" "), page, box);
}

function setDrawing(isDrawing) {
  state.isDrawing = isDrawing;
  document.querySelector("[data-view=box]").setAttribute("aria-pressed", String(isDrawing));
}

function bar(button) {
  if (!button) return;
  const viewport = state.viewer.viewport;
  const place = state.pages.indexOf(state.page);
  const turnTo = (step) => { state.box = null; showPage(state.pages[(place + step + state.pages.length) % state.pages.length]); };
  ({
    previous: () => turnTo(-1),
    next: () => turnTo(1),
    in: () => viewport.zoomBy(1.4),
    out: () => viewport.zoomBy(1 / 1.4),
    whole: () => viewport.goHome(),
    turn: () => viewport.setRotation((viewport.getRotation() + 90) % 360),
    box: () => setDrawing(!state.isDrawing),
  })[button.dataset.view]();
}

// The strip of the page above a row of a table: what stands there, beside what was read.
export async function drawStrips(sheet) {
  for (const canvas of sheet.querySelectorAll("canvas.strip")) {
    const image = new Image();
    image.src = await preload(`${sheet.dataset.pictures}/${canvas.dataset.page}.png`);
    await image.decode();
    const [left, top, right, bottom] = widened(canvas.dataset.box.split(",").map(Number), 0.004).map((each) => Math.min(1, Math.max(0, each)));
    const [width, height] = [(right - left) * image.naturalWidth, (bottom - top) * image.naturalHeight];
    canvas.width = width;
    canvas.height = height;
    canvas.style.aspectRatio = `${width} / ${height}`;
    canvas.getContext("2d").drawImage(image, left * image.naturalWidth, top * image.naturalHeight, width, height, 0, 0, width, height);
  }
}
