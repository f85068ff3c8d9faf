"use strict";
(() => {
  // ------------------------------------------------------------------ the data: columns of numbers, each text once

  const data = JSON.parse(document.getElementById("data").textContent);
  const { codes, codings, passages, documents } = data;
  const MOST_COLUMNS = 60, MANY = 14, ON_PAPER = 40, PAGE = 40, PER_CELL = 10, SHADES = 9;

  const ints = (list) => Int32Array.from(list);
  const gather = (values, at) => at.map((place) => values[place]);
  const code = ints(codings.code), passage = ints(codings.passage);
  const count = code.length;
  const byPassage = (name) => gather(ints(passages[name]), passage);
  const documentOf = byPassage("document"), caseOf = byPassage("case");

  const above = codes.parent.map((_, at) => {
    const way = [];
    for (let one = at; one >= 0; one = codes.parent[one]) way.push(one);
    return way;
  });
  const level = above.map((way) => Math.min(way.length - 1, 5));
  const tops = codes.parent.flatMap((parent, at) => (parent < 0 ? [at] : []));
  const identity = (length) => Array.from({ length }, (_, at) => [at]);

  // A dimension: `name` by key number; `column` the group of each coding; `keys` the key numbers that a group counts for.
  const codeDimension = (id, label, shown, keys) => ({
    id, label, key: shown.map((at) => codes.key[at]), name: shown.map((at) => codes.name[at]), column: code, keys,
    level: shown.map((at) => (id === "code" ? level[at] : 0)), code: shown,
  });
  const all = codes.key.map((_, at) => at);
  const dimensions = new Map();
  dimensions.set("code", codeDimension("code", "Code", all, (alone) => (alone ? identity(all.length) : above)));
  dimensions.set("top-code", codeDimension("top-code", "Theme (top code)", tops,
    () => above.map((way) => [tops.indexOf(way[way.length - 1])])));
  const columns = {
    passage: (dimension) => byPassage(dimension.id),
    coding: (dimension) => ints(codings[dimension.id]),
    document: (dimension) => gather(ints(dimension.values), documentOf),
    case: (dimension) => gather(ints(dimension.values), caseOf),
    listed: (dimension) => gather(ints(dimension.values), passage),
  };
  for (const dimension of data.dimensions) {
    const same = identity(dimension.key.length);
    dimensions.set(dimension.id, { ...dimension, column: columns[dimension.of](dimension), keys: () => same });
  }
  const isCode = (id) => id === "code" || id === "top-code";
  const nameOf = (id, number) => dimensions.get(id)?.name[number] ?? "";

  // ------------------------------------------------------------------ counting

  const sorted = (units) => Int32Array.from(units.keys()).sort((a, b) => units[a] - units[b] || a - b);
  const sum = (weight) => ({ order: null, adds: (at) => weight[at] });
  // Each unit counts once in a cell: codings come in the units' order, and a cell remembers the last one.
  const distinct = (unit, none = -1) => ({
    order: sorted(unit),
    adds: (at, last, cell) => {
      if (unit[at] === none || last[cell] === unit[at]) return 0;
      last[cell] = unit[at];
      return 1;
    },
  });
  const turnFirst = byPassage("turn"), turnCount = byPassage("turns");
  const inTurns = () => ({
    order: sorted(turnFirst),
    adds: (at, last, cell) => {
      const end = turnFirst[at] + turnCount[at] - 1;
      const fresh = end - Math.max(last[cell] + 1, turnFirst[at]) + 1;
      if (fresh <= 0) return 0;
      last[cell] = end;
      return fresh;
    },
  });
  const noCase = dimensions.get("case")?.key.indexOf("") ?? -1;
  const measures = new Map([
    ["segments", ["Codings", () => sum(new Int32Array(count).fill(1))]],
    ["documents", ["Documents", () => distinct(documentOf)]],
    ["cases", ["Cases", () => distinct(caseOf, noCase)]],
    ["turns", ["Turns", inTurns]],
    ["words", ["Words of the quotes", () => sum(byPassage("words"))]],
    ["chars", ["Characters of the quotes", () => sum(byPassage("chars"))]],
  ]);
  const made = new Map();
  const measure = (id) => {
    if (!made.has(id)) made.set(id, measures.get(id)[1]());
    return made.get(id);
  };

  /** All cells of a matrix with the totals of rows, of columns and of everything. */
  function counted(rowsId, colsId, measureId, alone, kept) {
    const rows = dimensions.get(rowsId), cols = dimensions.get(colsId), { order, adds } = measure(measureId);
    const width = cols.key.length, height = rows.key.length;
    const cells = new Float64Array(width * height), rowTotals = new Float64Array(height), colTotals = new Float64Array(width);
    const lastCell = new Int32Array(width * height).fill(-1), lastRow = new Int32Array(height).fill(-1);
    const lastCol = new Int32Array(width).fill(-1), lastAll = new Int32Array(1).fill(-1);
    const rowKeys = rows.keys(alone), colKeys = cols.keys(alone);
    let total = 0;
    for (let step = 0; step < count; step++) {
      const at = order ? order[step] : step;
      if (!kept[at]) continue;
      const ofCols = colKeys[cols.column[at]];
      for (const row of rowKeys[rows.column[at]]) {
        rowTotals[row] += adds(at, lastRow, row);
        for (const col of ofCols) cells[row * width + col] += adds(at, lastCell, row * width + col);
      }
      for (const col of ofCols) colTotals[col] += adds(at, lastCol, col);
      total += adds(at, lastAll, 0);
    }
    return { rows, cols, width, height, cells, rowTotals, colTotals, total };
  }

  /** Words of the text that each cell, row total, column total and everything is about; codes and coders have no text of their own. */
  function amounts(m) {
    const rowOf = m.rows.texts ?? null, colOf = m.cols.texts ?? null, cells = new Float64Array(m.width * m.height);
    const rowTotals = new Float64Array(m.height), colTotals = new Float64Array(m.width);
    let total = 0;
    data.words.forEach((words, at) => {
      if (!textKept(at)) return;
      total += words;
      const rows = rowOf ? [rowOf[at]] : m.rowTotals.keys(), cols = colOf ? [colOf[at]] : [...m.colTotals.keys()];
      for (const row of rows) {
        rowTotals[row] += words;
        for (const col of cols) cells[row * m.width + col] += words;
      }
      for (const col of cols) colTotals[col] += words;
    });
    return { cells, rowTotals, colTotals, total };
  }

  /** Numbers of the codings behind a cell; null stands for a total. */
  function behind(rowsId, colsId, alone, row, col, kept) {
    const inside = (id, key) => {
      if (key === null) return () => true;
      const dimension = dimensions.get(id), keys = dimension.keys(alone);
      return (at) => keys[dimension.column[at]].includes(key);
    };
    const inRow = inside(rowsId, row), inCol = inside(colsId, col), found = [];
    for (let at = 0; at < count; at++) if (kept[at] && inRow(at) && inCol(at)) found.push(at);
    return found;
  }

  // ------------------------------------------------------------------ the filter

  const fold = (text) => text.toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFD");
  let folded = null;
  function holds(hay, needle) {
    for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
      if (!/[\u0300-\u036f]/.test(hay[at + needle.length] ?? "")) return true;
    }
    return false;
  }
  const filter = { text: "" };
  let kept = new Uint8Array(count).fill(1), keptCount = count;

  /** Whether the filter leaves a piece of text: words looked for and coders narrow the codings, not the text. */
  function textKept(at) {
    return Object.entries(filter).every(([id, key]) => {
      const texts = id === "text" || key === "" ? null : dimensions.get(id).texts;
      return !texts || texts[at] === Number(key);
    });
  }

  function applyFilter() {
    kept = new Uint8Array(count).fill(1);
    for (const [id, key] of Object.entries(filter)) {
      if (id === "text" || key === "") continue;
      const { column } = dimensions.get(id);
      for (let at = 0; at < count; at++) if (column[at] !== Number(key)) kept[at] = 0;
    }
    const needle = fold(filter.text.trim());
    if (needle) {
      folded ??= passages.text.map(fold);
      const fits = folded.map((text) => holds(text, needle));
      for (let at = 0; at < count; at++) if (!fits[passage[at]]) kept[at] = 0;
    }
    keptCount = kept.reduce((one, two) => one + two, 0);
    byId("filter-status").textContent = keptCount === count
      ? `All ${shown(count)} codings.` : `${shown(keptCount)} of ${shown(count)} codings pass the filter.`;
  }

  // ------------------------------------------------------------------ making elements: text goes in as text only

  const byId = (id) => document.getElementById(id);
  const shown = (number) => number < 10000 ? String(number) : String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const plural = (number, one) => `${shown(number)} ${one}${number === 1 ? "" : "s"}`;
  function el(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name.startsWith("aria")) made.setAttribute(`aria-${name.slice(4).toLowerCase()}`, value);
      else if (name in made) made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== ""));
    return made;
  }
  function spot(color) {
    const made = el("span", { className: "spot", ariaHidden: "true" });
    made.style.backgroundColor = color;
    return made;
  }
  function labelled(label, control) {
    return el("label", {}, el("span", {}, label), control);
  }
  function select(options, value, changed) {
    const made = el("select", {}, ...options.map(([key, label]) => el("option", { value: key }, label)));
    made.value = value;
    made.addEventListener("change", () => changed(made.value));
    return made;
  }
  function checkbox(label, checked, changed) {
    const box = el("input", { type: "checkbox", checked });
    box.addEventListener("change", () => changed(box.checked));
    return el("label", { className: "check" }, box, el("span", {}, label));
  }
  function button(label, pressed, properties = {}) {
    const made = el("button", { type: "button", ...properties }, label);
    made.addEventListener("click", pressed);
    return made;
  }
  const choices = (ids) => [...dimensions.values()].filter((one) => ids(one.id)).map((one) => [one.id, one.label]);

  // ------------------------------------------------------------------ quotes

  const codePath = (at) => above[at].slice().reverse().map((one) => codes.name[one]).join(" / ");
  const severalCoders = (dimensions.get("coder")?.key.length ?? 0) > 1;
  const coders = (group) => (severalCoders ? [...new Set(group.map((at) => nameOf("coder", codings.coder[at])))].join(", ") : "");
  /** The code of a group's codings, with who coded so, as a link to the codebook. */
  function chip(at, group) {
    const who = coders(group.filter((one) => code[one] === at));
    return el("a", { href: `#code-${at}`, className: "chip" }, spot(codes.color[at]), el("bdi", {}, codePath(at)),
      who ? el("span", { className: "who" }, who) : "");
  }
  function cite(place, who) {
    const at = passages.document[place], dated = documents.date[at] || "undated";
    const speaker = passages.speaker[place], speaks = dimensions.get("speaker")?.key[speaker] ? nameOf("speaker", speaker) : "";
    const line = passages.line[place] ? `line ${passages.line[place]}` : "", time = passages.time[place] ?? "";
    const anchor = passages.anchor[place] ? `[${passages.anchor[place]}]` : "";
    const facts = [speaks, documents.kind[at] || "no kind", dated].filter(Boolean).join(", ");
    return el("p", { className: "cite" }, el("bdi", {}, `(${facts})`), " ", el("bdi", {}, nameOf("document", at)),
      [line, time, anchor, who].filter(Boolean).map((part) => `, ${part}`).join(""));
  }
  const exemplary = new Set(codings.exemplary);
  /** One passage with what stands around it; `group` are its codings here. */
  function quote(group, { codesShown = true } = {}) {
    const place = passage[group[0]];
    const block = el("blockquote", { dir: "auto" });
    if (passages.before[place]) block.append(el("span", { className: "context" }, passages.before[place]));
    block.append(el("mark", {}, passages.text[place]));
    if (passages.after[place]) block.append(el("span", { className: "context" }, passages.after[place]));
    const notes = group.filter((at) => codings.note[at]).map((at) => el("p", { className: "note", dir: "auto" }, codings.note[at]));
    const chips = codesShown ? el("p", { className: "chips" }, ...[...new Set(group.map((at) => code[at]))].map((at) => chip(at, group))) : "";
    const cited = cite(place, codesShown ? "" : coders(group));
    if (group.some((at) => exemplary.has(at))) cited.prepend(el("span", { className: "star" }, "★ exemplary quote "));
    return el("li", {}, block, cited, chips, ...notes);
  }
  /** Codings of the same passage, together. */
  function byPlace(found) {
    const groups = new Map();
    for (const at of found) {
      if (!groups.has(passage[at])) groups.set(passage[at], []);
      groups.get(passage[at]).push(at);
    }
    return [...groups.values()];
  }
  /** A list that shows so many quotes, and more when asked. */
  function quoteList(groups, size, options) {
    const list = el("ol", { className: "quotes" }), holder = el("div", {}, list);
    const more = (focus) => {
      const from = list.children.length;
      list.append(...groups.slice(from, from + size).map((group) => quote(group, options)));
      holder.querySelector(":scope > button")?.remove();
      const left = groups.length - list.children.length;
      if (left > 0) holder.append(button(`Show ${shown(Math.min(left, size))} more of ${shown(left)}`, () => more(true)));
      if (focus) {
        list.children[from].tabIndex = -1;
        list.children[from].focus();
      }
    };
    more(false);
    return holder;
  }

  // ------------------------------------------------------------------ the matrix

  const state = {
    rows: data.first.rows, cols: data.first.cols, measure: "segments", as: "", alone: false, hide: data.first.hide,
    sort: null, wide: false,
  };
  let grid = [], focus = [1, 0], panel = null;

  const shade = (value, top) => (value > 0 && top > 0 ? Math.min(SHADES, Math.ceil(SHADES * Math.sqrt(value / top))) : 0);
  const ratio = (value, base) => (base ? value / base : null);
  /** What a cell shows as a number, and how that is written; totals of percentages stay numbers, so that their base is seen. */
  function shares(m) {
    const value = (row, col) => m.cells[row * m.width + col], none = "–";
    const percent = (share) => (share === null ? none : `${Math.round(100 * share)}%`);
    if (state.as === "rate") {
      const words = amounts(m), rate = (share) => (share === null ? none : (1000 * share).toFixed(1));
      return {
        share: (row, col) => ratio(value(row, col), words.cells[row * m.width + col]), written: rate,
        ofRow: (row) => rate(ratio(m.rowTotals[row], words.rowTotals[row])),
        ofCol: (col) => rate(ratio(m.colTotals[col], words.colTotals[col])), ofAll: rate(ratio(m.total, words.total)),
      };
    }
    const base = { row: (row) => m.rowTotals[row], col: (_, col) => m.colTotals[col], total: () => m.total }[state.as];
    return {
      share: base ? (row, col) => ratio(value(row, col), base(row, col)) : value, written: base ? percent : shown,
      ofRow: (row) => shown(m.rowTotals[row]), ofCol: (col) => shown(m.colTotals[col]), ofAll: shown(m.total),
    };
  }

  function drawMatrix() {
    const m = counted(state.rows, state.cols, state.measure, state.alone, kept), { share, written, ofRow, ofCol, ofAll } = shares(m);
    const empty = (total) => state.hide && !total;
    let rows = [...m.rowTotals.keys()].filter((row) => !empty(m.rowTotals[row]));
    let cols = [...m.colTotals.keys()].filter((col) => !empty(m.colTotals[col]));
    const left = cols.length - MOST_COLUMNS;
    if (left > 0 && !state.wide) {
      const most = new Set(cols.slice().sort((a, b) => m.colTotals[b] - m.colTotals[a] || a - b).slice(0, MOST_COLUMNS));
      cols = cols.filter((col) => most.has(col));
    }
    if (state.sort) {
      const by = (row) => (state.sort.col === null ? m.rowTotals[row] : share(row, state.sort.col));
      rows = rows.slice().sort((a, b) => (by(b) ?? -1) - (by(a) ?? -1) || a - b);
    }
    const top = rows.reduce((most, row) => cols.reduce((one, col) => Math.max(one, share(row, col)), most), 0);
    const indent = state.rows === "code" && !state.sort;
    const table = el("table", { className: `matrix${cols.length > MANY ? " many" : ""}` }, el("caption", { className: "unseen" },
      `${measures.get(state.measure)[0]} by ${m.rows.label} and ${m.cols.label}`));
    table.setAttribute("role", "grid");
    grid = [[]];
    const head = el("tr", {}, el("th", { scope: "col", className: "corner" }, m.rows.label));
    for (const col of [...cols, null]) head.append(heading(m, col));
    table.append(el("thead", {}, head));
    const body = el("tbody");
    for (const row of rows) {
      const th = el("th", { scope: "row" });
      if (m.rows.code) th.append(spot(codes.color[m.rows.code[row]]));
      th.append(el("bdi", {}, indent || !m.rows.code ? m.rows.name[row] : codePath(m.rows.code[row])));
      const tr = el("tr", { className: `lv${indent ? m.rows.level[row] : m.rows.code ? 1 : 0}` }, th), cells = [];
      for (const col of cols) {
        cells.push(el("td", { className: `h${shade(share(row, col), top)}`, tabIndex: -1 }, written(share(row, col))));
      }
      cells.push(el("td", { className: "total", tabIndex: -1 }, ofRow(row)));
      tr.append(...cells);
      body.append(tr);
      cells.forEach((cell, at) => Object.assign(cell, { rowKey: row, colKey: cols[at] ?? null }));
      grid.push(cells);
    }
    const foot = [...cols, null].map((col) => el("td", { className: "total", tabIndex: -1 }, col === null ? ofAll : ofCol(col)));
    foot.forEach((cell, at) => Object.assign(cell, { rowKey: null, colKey: cols[at] ?? null }));
    grid.push(foot);
    table.append(body, el("tfoot", {}, el("tr", {}, el("th", { scope: "row" }, "Total"), ...foot)));
    if (cols.length > MANY) fixWidths(table, head, cols.length);
    byId("matrix").replaceChildren(table);
    focus = [Math.min(focus[0], grid.length - 1), Math.min(focus[1], cols.length)];
    grid[focus[0]][focus[1]].tabIndex = 0;
    drawNote(rows, cols, left);
    if (panel) drawPanel();
  }

  /** Many cells are laid out much faster when their widths are given. */
  function fixWidths(table, head, size) {
    const longest = (cells) => cells.reduce((most, cell) => Math.max(most, cell.textContent.length), 3);
    const names = [...table.tBodies[0].rows].map((row) => row.cells[0]), first = Math.min(20, 0.5 * longest(names) + 4);
    const width = 0.6 * longest(grid.slice(1).flatMap((cells) => cells.slice(0, -1))) + 0.9;
    const total = 0.6 * longest(grid.slice(1).map((cells) => cells[size])) + 1;
    table.style.tableLayout = "fixed";
    table.style.width = `${first + size * width + total}rem`;
    head.cells[0].style.width = `${first}rem`;
    head.cells[size + 1].style.width = `${total}rem`;
  }

  /** On paper a matrix with more columns than fit becomes several. */
  function splitForPaper() {
    const table = byId("matrix").querySelector("table"), size = table.tHead.rows[0].cells.length - 2;
    if (size <= ON_PAPER) return;
    const parts = [];
    for (let first = 0; first < size; first += ON_PAPER) {
      const part = table.cloneNode(true);
      for (const row of part.rows) {
        for (let at = size; at >= 1; at--) if (at - 1 < first || at - 1 >= first + ON_PAPER) row.deleteCell(at);
      }
      parts.push(part);
    }
    byId("matrix").replaceChildren(...parts);
  }

  function heading(m, col) {
    const label = col === null ? "Total" : m.cols.name[col], isSorted = state.sort?.col === col;
    const sort = button(el("bdi", {}, label), () => {
      state.sort = isSorted ? null : { col };
      drawMatrix();
      focusCell(...focus);
    }, { tabIndex: -1, title: `Sort by ${label}` });
    const th = el("th", { scope: "col", className: col === null ? "total" : "" }, el("span", {}, sort));
    th.setAttribute("aria-sort", isSorted ? "descending" : "none");
    grid[0].push(sort);
    return th;
  }

  function drawNote(rows, cols, left) {
    const note = byId("matrix-note"), what = measures.get(state.measure)[0].toLowerCase();
    const as = {
      row: "Percentages are of the row's total; totals are numbers.", col: "Percentages are of the column's total; totals are numbers.",
      total: "Percentages are of the whole; totals are numbers.",
      rate: "To 1,000 words of the text that the row and column are about, coded or not.",
    }[state.as];
    const rolled = isCode(state.rows) || isCode(state.cols) ? (state.alone ? ", codes alone" : ", codes with their sub-codes") : "";
    const parts = [`${what[0].toUpperCase()}${what.slice(1)}${rolled}.`, as ?? "",
      "A total counts each coding, document, case or turn once. The darker a cell, the larger its number (by the square root)."];
    note.replaceChildren(parts.filter(Boolean).join(" "));
    if (!rows.length) note.prepend("Nothing is coded here: the filter or “hide empty” leaves no row. ");
    if (left > 0) {
      note.append(state.wide ? ` All ${cols.length} columns are shown. ` : ` The ${MOST_COLUMNS} columns with most are shown, ${left} are not. `,
        button(state.wide ? "Show fewer" : "Show all", () => { state.wide = !state.wide; drawMatrix(); }));
    }
  }

  function focusCell(row, col) {
    const r = Math.max(0, Math.min(row, grid.length - 1)), c = Math.max(0, Math.min(col, grid[r].length - 1));
    grid[focus[0]]?.[focus[1]]?.setAttribute("tabindex", "-1");
    focus = [r, c];
    grid[r][c].tabIndex = 0;
    grid[r][c].focus();
  }

  function keyInMatrix(event) {
    const [row, col] = focus, end = grid[0].length - 1, last = grid.length - 1;
    const to = {
      ArrowUp: [row - 1, col], ArrowDown: [row + 1, col], ArrowLeft: [row, col - 1], ArrowRight: [row, col + 1],
      Home: [event.ctrlKey ? 0 : row, 0], End: [event.ctrlKey ? last : row, end], PageUp: [row - 10, col], PageDown: [row + 10, col],
    }[event.key];
    if (to) {
      event.preventDefault();
      focusCell(...to);
    } else if ((event.key === "Enter" || event.key === " ") && event.target.tagName === "TD") {
      event.preventDefault();
      openCell(event.target);
    }
  }

  function openCell(cell) {
    focusCell(...place(cell));
    panel = { rows: state.rows, cols: state.cols, row: cell.rowKey, col: cell.colKey };
    drawPanel();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    byId("quotes-heading").focus();
    const box = byId("quotes").getBoundingClientRect();
    if (box.top < 0 || box.bottom > innerHeight) byId("quotes").scrollIntoView({ block: "nearest" });
  }
  const place = (cell) => {
    const row = grid.findIndex((cells) => cells.includes(cell));
    return [row, grid[row].indexOf(cell)];
  };

  function drawPanel() {
    if (panel.rows !== state.rows || panel.cols !== state.cols) return closePanel(false);
    const found = behind(state.rows, state.cols, state.alone, panel.row, panel.col, kept), groups = byPlace(found);
    const label = (dimension, key) => (key === null ? `all of ${dimension.label.toLowerCase()}`
      : dimension.code ? codePath(dimension.code[key]) : dimension.name[key]);
    const title = `${label(dimensions.get(state.rows), panel.row)} × ${label(dimensions.get(state.cols), panel.col)}`;
    const places = new Set(found.map((at) => documentOf[at])).size;
    const said = found.length ? `${plural(found.length, "coding")} on ${plural(groups.length, "passage")} in ${plural(places, "document")}`
      : "No quotes: nothing is coded so here";
    const close = button("Close", () => closePanel(true), { className: "close", ariaKeyShortcuts: "Escape" });
    byId("quotes").replaceChildren(
      el("div", { className: "panel-head" }, el("h4", { id: "quotes-heading", tabIndex: -1, dir: "auto" }, title), close),
      el("p", { className: "quiet" }, `${said}.`), found.length ? quoteList(groups, PAGE) : "");
    byId("quotes").hidden = false;
    document.body.classList.add("reading");
    byId("quotes").scrollTop = 0;
    markCell();
    byId("quotes-status").textContent = `${said}: ${title}`;
    return undefined;
  }
  function markCell() {
    byId("matrix").querySelector("td.current")?.classList.remove("current");
    if (panel) grid.slice(1).flat().find(isPanels)?.classList.add("current");
  }
  const isPanels = (cell) => cell.rowKey === panel.row && cell.colKey === panel.col;
  function closePanel(returning) {
    if (!panel) return;
    const cell = grid.slice(1).flat().find(isPanels);
    panel = null;
    markCell();
    byId("quotes").hidden = true;
    byId("quotes").replaceChildren();
    document.body.classList.remove("reading");
    byId("quotes-status").textContent = "Quotes closed.";
    if (!returning) return;
    if (cell) focusCell(...place(cell));
    else focusCell(...focus);
  }

  function drawMatrixBar() {
    const set = (name) => (value) => {
      const before = state[name];
      state[name] = value;
      if (name === "rows" || name === "cols") {
        const other = name === "rows" ? "cols" : "rows";
        if (state[other] === value) state[other] = before;
        else if (isCode(value) && isCode(state[other])) state[other] = isCode(before) ? fallback(value) : before;
        state.sort = null;
        state.wide = false;
      }
      drawMatrix();
      rowsBox.value = state.rows;
      colsBox.value = state.cols;
    };
    const fallback = (not) => ["case", "document", "role"].find((id) => dimensions.has(id) && id !== not);
    const every = choices(() => true);
    const rowsBox = select(every, state.rows, set("rows")), colsBox = select(every, state.cols, set("cols"));
    const counts = [...measures].map(([id, [label]]) => [id, label]);
    const ways = [["", "Numbers"], ["row", "Percent of row"], ["col", "Percent of column"], ["total", "Percent of all"], ["rate", "Per 1,000 words"]];
    byId("matrix-bar").replaceChildren(
      labelled("Rows", rowsBox), labelled("Columns", colsBox),
      button("Swap", () => {
        [state.rows, state.cols, state.sort] = [state.cols, state.rows, null];
        drawMatrixBar();
        drawMatrix();
      }, { title: "Swap rows and columns" }),
      labelled("Count", select(counts, state.measure, set("measure"))),
      labelled("As", select(ways, state.as, set("as"))),
      checkbox("Codes alone", state.alone, set("alone")), checkbox("Hide empty", state.hide, set("hide")));
  }

  // ------------------------------------------------------------------ side by side

  const side = { of: "", keys: [], show: "all", order: "codebook", open: new Set() };

  function startSide(of) {
    side.of = of;
    const { key, column } = dimensions.get(of), sizes = new Int32Array(key.length);
    for (let at = 0; at < count; at++) sizes[column[at]]++;
    const most = [...key.keys()].filter((at) => sizes[at]).sort((a, b) => sizes[b] - sizes[a] || a - b).slice(0, 2);
    side.keys = most.slice().sort((a, b) => a - b);
    side.open.clear();
  }

  function drawSideBar() {
    const able = choices((id) => !isCode(id) && dimensions.get(id).key.length > 1);
    if (!able.length) {
      byId("side").replaceChildren("There is nothing here that could stand side by side.");
      return false;
    }
    if (!side.of) startSide(able.some(([id]) => id === "case") ? "case" : able[0][0]);
    const { name } = dimensions.get(side.of);
    const boxes = [0, 1, 2, 3].map((at) => {
      const free = [...name.keys()].filter((key) => side.keys[at] === key || !side.keys.includes(key));
      const none = at > 1 ? [["", "—"]] : [];
      if (at > side.keys.length || (!free.length && at >= side.keys.length)) return "";
      return labelled(["First", "Second", "Third", "Fourth"][at],
        select([...none, ...free.map((key) => [String(key), name[key]])], String(side.keys[at] ?? ""), (value) => {
          if (value === "") side.keys.splice(at, 1);
          else side.keys[at] = Number(value);
          drawSide();
          byId("side-bar").querySelectorAll("select")[Math.min(at, side.keys.length) + 1]?.focus();
        }));
    });
    byId("side-bar").replaceChildren(
      labelled("Compare", select(able, side.of, (value) => { startSide(value); drawSide(); })), ...boxes.filter(Boolean),
      labelled("Codes", select([["all", "All used"], ["shared", "In all of them"], ["one", "In only one"]], side.show, (value) => { side.show = value; drawSide(); })),
      labelled("Order", select([["codebook", "As in the codebook"], ["difference", "Greatest difference"]], side.order, (value) => { side.order = value; drawSide(); })),
      button("Open all", () => { shownCodes().forEach(({ at }) => side.open.add(at)); drawSide(); }),
      button("Close all", () => { side.open.clear(); drawSide(); }));
    return true;
  }

  /** The codes to show, each with its codings (its own, without sub-codes) for each of the chosen keys. */
  function shownCodes() {
    const { column } = dimensions.get(side.of);
    const found = codes.key.map((_, at) => ({ at, lists: side.keys.map(() => []) }));
    const sizes = side.keys.map(() => 0);
    for (let at = 0; at < count; at++) {
      const place = kept[at] ? side.keys.indexOf(column[at]) : -1;
      if (place >= 0) {
        found[code[at]].lists[place].push(at);
        sizes[place]++;
      }
    }
    const having = ({ lists }) => lists.filter((list) => list.length).length;
    const fits = { all: (one) => having(one) > 0, shared: (one) => having(one) === side.keys.length, one: (one) => having(one) === 1 };
    const listed = found.filter(fits[side.show]);
    if (side.order === "codebook") return listed;
    const shares = ({ lists }) => lists.map((list, place) => list.length / (sizes[place] || 1));
    const gap = (one) => Math.max(...shares(one)) - Math.min(...shares(one));
    return listed.slice().sort((a, b) => gap(b) - gap(a) || a.at - b.at);
  }

  function drawSide() {
    if (!drawSideBar()) return;
    const listed = shownCodes(), { name } = dimensions.get(side.of);
    const most = Math.max(1, ...listed.flatMap(({ lists }) => lists.map((list) => list.length)));
    const head = el("tr", {}, el("th", { scope: "col", className: "corner" }, "Code"),
      ...side.keys.map((key) => el("th", { scope: "col", dir: "auto" }, name[key])));
    const body = el("tbody", {}, ...listed.map((one) => sideRow(one, most)));
    const table = el("table", { className: "side" }, el("caption", { className: "unseen" }, "Quotes side by side"), el("thead", {}, head), body);
    byId("side").replaceChildren(listed.length ? el("div", { className: "scroll" }, table) : el("p", { className: "quiet" }, "No code fits: choose others, or another filter."));
  }

  function sideRow({ at, lists }, most) {
    const isOpen = () => side.open.has(at);
    const parents = above[at].slice(1).slice().reverse().map((one) => codes.name[one]).join(" / ");
    const toggle = button("", () => {
      side.open[isOpen() ? "delete" : "add"](at);
      fill();
    }, { className: "toggle" });
    toggle.append(spot(codes.color[at]), el("bdi", {}, codes.name[at]));
    const cells = lists.map(() => el("td"));
    const fill = () => {
      toggle.setAttribute("aria-expanded", String(isOpen()));
      row.className = isOpen() ? "open" : "";
      cells.forEach((cell, place) => {
        const size = lists[place].length, bar = el("span", { className: "bar", ariaHidden: "true" });
        bar.style.width = `${(100 * size) / most}%`;
        cell.replaceChildren(el("p", { className: size ? "amount" : "amount none" }, el("span", {}, shown(size)), bar));
        if (isOpen() && size) cell.append(quoteList(byPlace(lists[place]), PER_CELL, { codesShown: false }));
      });
    };
    const row = el("tr", {}, el("th", { scope: "row" }, parents ? el("span", { className: "way", dir: "auto" }, parents) : "", toggle), ...cells);
    fill();
    return row;
  }

  // ------------------------------------------------------------------ the filter's controls, and the start

  function drawFilter() {
    const redraw = () => {
      applyFilter();
      drawMatrix();
      drawSide();
    };
    const boxes = ["case", "role", "kind", "coder"].filter((id) => (dimensions.get(id)?.key.length ?? 0) > 1).map((id) => {
      const { label, name } = dimensions.get(id);
      filter[id] = "";
      return labelled(label, select([["", "All"], ...name.map((one, key) => [String(key), one])], "", (value) => {
        filter[id] = value;
        redraw();
      }));
    });
    const text = el("input", { type: "search", placeholder: "in the quotes", autocomplete: "off", spellcheck: false });
    let waiting = 0;
    text.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        filter.text = text.value;
        redraw();
      }, 120);
    });
    byId("filter").replaceChildren(...boxes, labelled("Words", text), button("Reset", () => {
      filter.text = "";
      drawFilter();
      redraw();
    }));
  }

  document.documentElement.classList.add("js");
  document.addEventListener("submit", (event) => event.preventDefault());
  byId("matrix").addEventListener("keydown", keyInMatrix);
  byId("matrix").addEventListener("click", (event) => {
    const cell = event.target.closest("td");
    if (cell) openCell(cell);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel) closePanel(true);
  });
  addEventListener("beforeprint", splitForPaper);
  addEventListener("afterprint", () => drawMatrix());
  drawFilter();
  drawMatrixBar();
  applyFilter();
  drawMatrix();
  drawSide();
})();
