/** The stork's head in two flat shapes. Never on clinical content. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg className="ui-mark" width={size * 1.2} height={size} viewBox="4.8 0.6 24 20" aria-hidden="true" focusable="false">
      <path
        className="ui-mark-head"
        d="M16.6 1.6c3.9 0 6 2.6 6 5.4 0 1.5-.6 2.8-1.7 3.8-1.9 1.8-2.2 3.3-2.9 5-.9 2.1-3 3.2-6 3.2-4 0-6.4-1.9-6.4-5.2C5.6 7.1 10.3 1.6 16.6 1.6 Z"
      />
      <path className="ui-mark-beak" d="M21.3 3.3 28 6.9 c.3.2.3.5-.1.6 l-6.1 1.1 c.9-1.6.8-3.7-.5-5.3 Z" />
      <circle className="ui-mark-eye" cx="18" cy="6.3" r="1.15" />
    </svg>
  );
}
