// Package barcode makes the marks by which machines tell one sheet from another: matrix symbols with
// batch, sequence, sheet and piece, the bars an inserter counts, and the bars Japan Post sorts by.
//
// A letter in the wrong envelope is a second leak. So each sheet says which piece it belongs to and
// which sheet of how many it is, in a form a machine reads back: what was printed can be compared with
// what was meant, on the inserter, in a print file and on a returned envelope.
//
// Nothing here knows paper or a PDF library. A symbol is a Matrix of modules, the post's bars are a
// row of Bars, an inserter's marks are rectangles. Each becomes a Mask, which a PDF content stream
// takes as some 150 bytes, or rectangles, which take five to ten times as much.
package barcode
