/** The outline of a page while its data is on the way; replaced as a whole, so nothing moves. */
export function PageSkeleton() {
  return (
    <div className="page" aria-busy="true">
      <span className="visually-hidden" role="status">
        Loading
      </span>
      <div className="page-head">
        <div>
          <span className="bone" style={{ width: '12rem', height: '1.95rem' }} />
          <span className="bone" style={{ width: '18rem', maxWidth: '70vw', height: '1.2rem' }} />
        </div>
      </div>
      <span className="bone" style={{ height: '7.5rem' }} />
      <span className="bone" style={{ height: '24rem' }} />
    </div>
  );
}
