import { Component, type ReactNode } from 'react';

interface BoundaryProps {
  children: ReactNode;
  /** What stands instead of a part that could not be drawn. */
  instead: ReactNode;
}

/** A part of a page that breaks, or whose script cannot be had without network, leaves the rest true. Give it as key what it shows. */
export class Boundary extends Component<BoundaryProps, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? this.props.instead : this.props.children;
  }
}
