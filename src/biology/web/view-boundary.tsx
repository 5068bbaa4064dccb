import { Component, type ReactNode } from 'react';

interface ViewBoundaryProps {
  children: ReactNode;
  /** What stands instead of a view that could not be drawn. */
  instead: ReactNode;
}

/** A view that breaks, or whose script cannot be had without network, leaves the rest of the page true. Give it the view as key. */
export class ViewBoundary extends Component<ViewBoundaryProps, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? this.props.instead : this.props.children;
  }
}
