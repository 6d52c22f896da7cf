void navigator.serviceWorker.register('/console/service-worker.js', { scope: '/' })
