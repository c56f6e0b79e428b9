package io.drover.gateway.listener;

import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes requests to the OSGi HTTP whiteboard's dispatcher, and answers 503 while there is none. The dispatcher comes and goes with its
 * bundle; the listener, and what streams through it, does not notice.
 */
public final class ServletBridge extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger log = LoggerFactory.getLogger(ServletBridge.class);

    private transient HttpServlet offered;
    private transient volatile HttpServlet dispatcher;

    /** @param servlet null when it has gone */
    public synchronized void setDispatcher(HttpServlet servlet) {
        HttpServlet before = dispatcher;
        offered = servlet;
        dispatcher = null;
        if (before != null) {
            before.destroy();
        }
        adopt();
    }

    public synchronized void unsetDispatcher(HttpServlet servlet) {
        if (offered == servlet) {
            setDispatcher(null);
        }
    }

    public boolean isReady() {
        return dispatcher != null;
    }

    @Override
    public synchronized void init() throws ServletException {
        adopt();
    }

    @Override
    public void service(ServletRequest request, ServletResponse response) throws ServletException, IOException {
        HttpServlet target = dispatcher;
        if (target != null) {
            target.service(request, response);
        } else {
            ((HttpServletResponse) response).sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE, "starting");
        }
    }

    @Override
    public synchronized void destroy() {
        if (dispatcher != null) {
            dispatcher.destroy();
            dispatcher = null;
        }
    }

    private void adopt() {
        ServletConfig config = getServletConfig();
        if (offered == null || config == null) {
            return;
        }
        try {
            offered.init(config);
            dispatcher = offered;
        } catch (ServletException | RuntimeException e) {
            log.error("The HTTP whiteboard could not be started", e);
        }
    }
}
