import { type ReactNode, useEffect } from 'react';

interface PageHeaderProps {
  title: string;
  overline?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

/** The one h1 of a page; it takes the focus after navigation, so that a screen reader says where. */
export function PageHeader({ title, overline, children, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Parstock`;
  }, [title]);
  return (
    <header className="page-head">
      <div>
        {overline && <p className="overline">{overline}</p>}
        <h1 tabIndex={-1}>{title}</h1>
        {children && <p>{children}</p>}
      </div>
      {actions && <div className="row">{actions}</div>}
    </header>
  );
}
