// What a page without Web Locks loads.
export { createLeaseLeadership } from './tabs/lease.js';
