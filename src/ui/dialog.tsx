import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import './dialog.css';

interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  /** The reader must answer: neither Escape nor a click outside closes it. */
  mustAnswer?: boolean;
  children: ReactNode;
  /** The buttons, the safe one first. */
  actions: ReactNode;
}

/** A question that stops everything else. Focus is kept inside and comes back where it was. */
export function Dialog({ title, isOpen, onClose, mustAnswer = false, children, actions }: DialogProps) {
  return (
    <ModalOverlay
      className="ui-overlay"
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={!mustAnswer}
      isKeyboardDismissDisabled={mustAnswer}
    >
      <Modal className="ui-modal">
        <AriaDialog className="ui-dialog" data-modal="">
          <Heading slot="title" level={2} className="ui-dialog-title">
            {title}
          </Heading>
          <div className="ui-dialog-body">{children}</div>
          <div className="ui-dialog-actions">{actions}</div>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
