/*
 * A lineage that is wider than its page begins at the far sources. Where what failed, or the asset
 * that the page is about, is out of sight, the drawing is scrolled to it.
 */
"use strict";

for (const scroller of document.querySelectorAll(".db-lineage .db-scroll")) {
  const middle = scroller.querySelector(".db-box--failed, .db-box--centre");
  if (middle) {
    const frame = scroller.getBoundingClientRect();
    const box = middle.getBoundingClientRect();
    if (box.right > frame.right) {
      // A quarter of the room for what it is made from, the rest for what it feeds.
      scroller.scrollLeft += box.left - frame.left - scroller.clientWidth / 4;
    }
  }
}
