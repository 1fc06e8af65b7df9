import { Link } from '@tanstack/react-router';
import { PageHeader } from '../components/page-header.tsx';

export function NotFoundPage() {
  return (
    <div className="public">
      <main>
        <PageHeader title="There is no such page">
          The address may be mistyped, or the page has moved.
        </PageHeader>
        <div className="row">
          <Link to="/" className="button primary">
            Go to Today
          </Link>
          <Link to="/products" className="button">
            Look through products
          </Link>
        </div>
      </main>
    </div>
  );
}
