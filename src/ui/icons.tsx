import type { ReactNode } from 'react';

interface IconProps {
  size?: number;
}

/** Every icon is a 16-unit line drawing that only accompanies words: hidden from screen readers. */
function icon(paths: ReactNode) {
  return function Icon({ size = 16 }: IconProps) {
    return (
      <svg
        className="ui-icon"
        width={size}
        height={size}
        viewBox="0 0 16 16"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {paths}
      </svg>
    );
  };
}

export const SearchIcon = icon(
  <>
    <circle cx="7" cy="7" r="4.3" />
    <path d="m10.3 10.3 3.2 3.2" />
  </>,
);
export const StethoscopeIcon = icon(
  <>
    <path d="M3.5 1.8 v3.7 a3 3 0 0 0 6 0V1.8 M6.5 8.5 v2a3.3 3.3 0 0 0 6.6 0V8.6" />
    <circle cx="13.1" cy="7.3" r="1.2" />
  </>,
);
export const HeartIcon = icon(
  <path d="M8 13.6 C3.2 10.2 1.7 8 1.7 5.7 A3.3 3.3 0 0 1 8 4.4 a3.3 3.3 0 0 1 6.3 1.3 c0 2.3-1.5 4.5-6.3 7.9 Z" />,
);
export const PlusIcon = icon(<path d="M8 2v12M2 8h12" />);
export const CrossIcon = icon(<path d="M6 2h4v4h4v4h-4v4H6v-4H2V6h4Z" />);
export const FlaskIcon = icon(
  <path d="M5.5 1.8 h5M6.3 1.8 v4.3 L2.8 12.7 a1 1 0 0 0 .9 1.5 h8.6 a1 1 0 0 0 .9-1.5 L9.7 6.1 V1.8 M4.8 9.6 h6.4" />,
);
export const CalendarIcon = icon(<path d="M2 3.2 h12v10.6 H2ZM2 6.2 h12M5 9.2 h6" />);
export const PersonIcon = icon(
  <>
    <circle cx="8" cy="5" r="3" />
    <path d="M2.5 14.2 c.4-3 2.5-4.6 5.5-4.6 s5.1 1.6 5.5 4.6" />
  </>,
);
export const PulseIcon = icon(<path d="M1.2 8.6 h2.6 L6.2 2.6 l3.4 11 2.2-5h3" />);
export const ScreenIcon = icon(<path d="M2 2.8 h12v7.6 H2ZM8 10.4 v3M5.2 13.6 h5.6" />);
export const EyeIcon = icon(
  <>
    <path d="M1.2 8S3.6 3.4 8 3.4 14.8 8 14.8 8 12.4 12.6 8 12.6 1.2 8 1.2 8Z" />
    <circle cx="8" cy="8" r="2" />
  </>,
);
export const EyeOffIcon = icon(
  <path d="M2 8s2.3-4 6-4 6 4 6 4-2.3 4-6 4-6-4-6-4ZM8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6ZM2.6 13.4 13.4 2.6" />,
);
export const CloseIcon = icon(<path d="m4 4 8 8M12 4l-8 8" />);
export const ShieldCheckIcon = icon(<path d="M8 1.7 13 3.3 v4.2 c0 3.3-2 5.6-5 6.8-3-1.2-5-3.5-5-6.8 V3.3 ZM5.7 7.9 l1.7 1.7 3-3.2" />);
export const PageIcon = icon(<path d="M3.5 1.8 h6 l3 3 v9.4 h-9ZM9.5 1.8 v3 h3M5.8 8 h4.4M5.8 10.8 h4.4" />);
export const ShieldIcon = icon(<path d="M8 1.7 13 3.3 v4.2 c0 3.3-2 5.6-5 6.8-3-1.2-5-3.5-5-6.8 V3.3 Z" />);
export const ShieldDashedIcon = icon(<path strokeDasharray="2 2" d="M8 1.7 13 3.3 v4.2 c0 3.3-2 5.6-5 6.8-3-1.2-5-3.5-5-6.8 V3.3 Z" />);
