/** The part of pdfkit 0.20 that is used here: it ships no types. */
declare module 'pdfkit' {
  /** An element of the structure tree. */
  export interface Structure {
    add(child: Structure | StructureContent): this;
    end(): this;
  }
  interface StructureContent {
    readonly isStructureContent?: never;
  }
  /** A font file that was read, by the library under pdfkit (fontkit). */
  export interface Face {
    /** Its signs by their number, each with the characters that it was first asked for. */
    _glyphs: Record<string, unknown>;
  }
  interface Options {
    size: 'A4';
    layout: 'portrait' | 'landscape';
    margin: number;
    bufferPages: true;
    font: null;
    lang: string;
    tagged: true;
    displayTitle: true;
    subset: 'PDF/A-1a';
    pdfVersion: '1.4';
    info: { Title: string; Author: string; Subject: string; CreationDate: Date; ModDate: Date };
  }
  /** OpenType features by their tag. */
  type Features = Readonly<Record<string, boolean>>;
  interface TextOptions {
    lineBreak: false;
    features: Features;
  }
  export class PDFDocument {
    constructor(options: Options | { font: null });
    on(event: 'data', heard: (chunk: Uint8Array) => void): this;
    on(event: 'end', heard: () => void): this;
    registerFont(name: string, font: Uint8Array | Face): this;
    /** The font in use. */
    readonly _font: { font: Face };
    font(name: string): this;
    fontSize(points: number): this;
    fillColor(colour: string): this;
    strokeColor(colour: string): this;
    lineWidth(points: number): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    rect(x: number, y: number, width: number, height: number): this;
    fill(colour: string): this;
    stroke(): this;
    text(words: string, x: number, y: number, options: TextOptions): this;
    image(bytes: Uint8Array, x: number, y: number, options: { fit: [number, number] }): this;
    widthOfString(words: string, options: { features: Features }): number;
    addPage(): this;
    bufferedPageRange(): { start: number; count: number };
    switchToPage(n: number): this;
    struct(type: string, options?: { alt?: string }, content?: () => void): Structure;
    addStructure(element: Structure): this;
    markContent(tag: 'Artifact', options: { type: string }): this;
    endMarkedContent(): this;
    end(): void;
  }
}
