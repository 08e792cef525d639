// The order of the items: a pure function of items and sort.

function sortValue(item, key) {
  if (item.sort && key in item.sort) return item.sort[key];
  return item[key] ?? null;
}

function compareValues(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

// Items without a value come last either way; equal ones keep the order they were given in.
function sortedItems(items, sort) {
  const { key = "", descending = false, starred_first: starredFirst = false } = sort;
  const order = ([a, atA], [b, atB]) => {
    if (starredFirst && Boolean(a.starred) !== Boolean(b.starred)) return a.starred ? -1 : 1;
    const way = descending ? -1 : 1;
    if (!key) return way * (atA - atB);
    const [x, y] = [sortValue(a, key), sortValue(b, key)];
    if (x === null || y === null) return (x === null) - (y === null) || atA - atB;
    return way * compareValues(x, y) || atA - atB;
  };
  return items
    .map((item, at) => [item, at])
    .sort(order)
    .map(([item]) => item);
}
