/** The person's drawing in its own px; the face's square lies at FACE within it. */
export const PERSON = { width: 480, height: 520 } as const;
export const FACE = { x: 156, y: 84, side: 168 } as const;

/** A plain living room: wall, window, lamp, sofa; all of it a little out of focus, as behind somebody near. */
export function roomSvg(width: number, height: number): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 640 480">
  <defs>
    <linearGradient id="wall" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#cfc8ba"/><stop offset="0.6" stop-color="#b9b0a0"/><stop offset="1" stop-color="#8f8678"/>
    </linearGradient>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#dfeaf2"/><stop offset="1" stop-color="#eef0e6"/>
    </linearGradient>
    <radialGradient id="glow"><stop offset="0" stop-color="#fff0c8" stop-opacity="0.9"/><stop offset="1" stop-color="#fff0c8" stop-opacity="0"/></radialGradient>
    <filter id="soft"><feGaussianBlur stdDeviation="5"/></filter>
  </defs>
  <rect width="640" height="480" fill="url(#wall)"/>
  <g filter="url(#soft)">
    <rect x="36" y="40" width="150" height="200" fill="#f4f1e8"/>
    <rect x="48" y="52" width="60" height="176" fill="url(#sky)"/><rect x="116" y="52" width="60" height="176" fill="url(#sky)"/>
    <circle cx="560" cy="150" r="120" fill="url(#glow)"/>
    <path d="M532 110 h56 l22 66 h-100 z" fill="#f6dfae"/><rect x="556" y="176" width="8" height="150" fill="#6d5b48"/>
    <rect x="-20" y="330" width="680" height="170" rx="30" fill="#6f7f86"/>
    <rect x="-20" y="380" width="680" height="120" rx="24" fill="#5f6e75"/>
    <rect x="470" y="300" width="110" height="80" rx="22" fill="#a9745a"/>
  </g>
</svg>`;
}

/** Hair, head, neck and shoulders, without a face: that is laid over it. */
export function personSvg(): string {
  const centre = FACE.x + FACE.side / 2;
  const chin = FACE.y + FACE.side;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${PERSON.width}" height="${PERSON.height}">
  <defs>
    <filter id="soft"><feGaussianBlur stdDeviation="3.2"/></filter>
    <linearGradient id="neck" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#8a5f49"/><stop offset="1" stop-color="#b98a70"/></linearGradient>
  </defs>
  <g filter="url(#soft)">
    <path d="M ${centre - 205} 530 C ${centre - 200} ${chin + 90}, ${centre - 120} ${chin + 62}, ${centre - 46} ${chin + 40}
      L ${centre + 46} ${chin + 40} C ${centre + 120} ${chin + 62}, ${centre + 200} ${chin + 90}, ${centre + 205} 530 Z" fill="#39506a"/>
    <ellipse cx="${centre}" cy="${FACE.y + 68}" rx="82" ry="92" fill="#3a2a22"/>
    <path d="M ${centre - 38} ${chin - 30} h 76 l 10 78 q -48 34 -96 0 z" fill="url(#neck)"/>
    <ellipse cx="${centre}" cy="${FACE.y + 86}" rx="66" ry="84" fill="#b98a70"/>
  </g>
</svg>`;
}
